"""The parts of the stand-in for Testing Farm; ../service starts it."""
