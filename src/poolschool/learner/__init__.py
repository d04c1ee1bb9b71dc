"""What a learner types: check, hint, reset, quiz, doctor, pytest exercises."""
