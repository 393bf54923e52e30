"""Do what takes long in processes of their own, each with a folder that tells how far it is, whoever looks and whenever."""
