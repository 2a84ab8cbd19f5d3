"""What makes a folder of WARC files a WACZ 1.1.1: index, pages, data package."""
