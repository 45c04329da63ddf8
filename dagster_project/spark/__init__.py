"""The same models on Spark: dbt computes them there, and the warehouse file takes over what it computed."""
