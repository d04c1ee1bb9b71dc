"""The online store under load: app, shoppers, sown faults, scenarios."""
