"""How Polish and English say amounts, dates, numbers and names."""
