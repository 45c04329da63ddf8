"""Coverage-guided fuzzing of the readers with atheris, which is installed beside the project and not locked by it."""
