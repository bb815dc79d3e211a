"""Other software's protocols, spoken so that its clients need not change."""
