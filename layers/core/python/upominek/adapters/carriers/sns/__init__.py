"""SMS by Amazon SNS."""
