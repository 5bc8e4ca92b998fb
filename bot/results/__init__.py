"""Results (结果): review outcomes, the final list, public notice, objections, announcement, plaques."""
