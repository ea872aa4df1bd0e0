"""How large a market is: TAM, SAM and SOM, from assumptions that can be wrong."""
