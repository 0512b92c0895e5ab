"""Results of a study: tables, what stands behind them, themes across spaces, report and slides."""
