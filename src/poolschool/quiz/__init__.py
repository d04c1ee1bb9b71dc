"""Questions: model, text, parts, marking, versions, papers. Knows no page, terminal or LMS."""
