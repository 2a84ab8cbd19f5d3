// Shows the lazy pictures, as many sites do.
for (const image of document.querySelectorAll("img[data-src]")) {
  image.srcset = image.dataset.srcset || "";
  image.src = image.dataset.src;
}
