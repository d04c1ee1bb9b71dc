"""Python inside the page: loop, cells, pools, grading; and how it is built."""
