"""The console: pages for the office, the recommending bodies and the inspectors, at /console/."""
