"""What is needed to make and judge the search for voices like a clip."""
