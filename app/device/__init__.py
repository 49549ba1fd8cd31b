"""What differs between the devices the app runs on: where data lies, its clock, its name."""
