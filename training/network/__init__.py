"""Networks: how they are built, where weights come from, whom they have met, and their export."""
