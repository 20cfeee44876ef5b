"""Still pictures: reading them, their facts and colour profiles, and what lies behind them."""
