"""What is asked about the chosen face: cut, score, heat map, hidden region."""
