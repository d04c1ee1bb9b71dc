"""The labs' machinery: charts and show (what a notebook draws and says), load (shoppers on a pool), run and open (the command)."""
