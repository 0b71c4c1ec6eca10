"""What every room may know: settings, languages, error family. Imports nothing of ours."""
