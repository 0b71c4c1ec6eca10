"""Understanding what people say about manner, feedback, memory and the machine itself."""
