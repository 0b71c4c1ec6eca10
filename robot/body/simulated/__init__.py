"""The simulated body: Sori's own humanoid in MuJoCo. Balance is assumed; it cannot fall."""
