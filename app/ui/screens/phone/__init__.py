"""This phone: who is signed in, how sync stands, and what is kept here."""
