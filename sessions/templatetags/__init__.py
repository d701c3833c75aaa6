"""What templates of stretches may ask for."""
