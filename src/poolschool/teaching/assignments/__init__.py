"""Questions chosen and handed out, raw answers collected and scored again."""
