"""Measuring the installed detectors on labelled data of the user's: recall and precision, as a leaderboard."""
