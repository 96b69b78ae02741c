"""What is measured in a process of its own: each module is run as a program and prints its figures as JSON."""
