"""How people write things: addresses, names, codes and money, and how what they write is compared."""
