"""What plausible mistakes in the exercises give: functions of an exercise's inputs, called like the exercise."""
