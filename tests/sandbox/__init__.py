"""The sandbox judged by plain calls: its faults, its post, its clock, its pages."""
