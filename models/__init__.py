"""WEIGHTS: trained models with their manifest, their cards and the texts they were trained on."""
