"""The pocket Llama: a Llama 2 network of six million parameters, trained on our own dialogues."""
