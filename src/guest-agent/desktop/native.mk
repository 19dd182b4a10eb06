# The parts of desktop/ that know no Windows, for the native tests.
DESKTOP_PURE := $(addprefix desktop/,blocked-owner.cpp rects.cpp surface-rect.cpp shape-rects.cpp pixel-shape.cpp \
  window-filter.cpp surface-image.cpp change-merge.cpp cursor-image.cpp frame-encoder.cpp line.cpp line-meter.cpp \
  look-schedule.cpp pixel-packer.cpp press-rest.cpp scroll-finder.cpp surface-stream.cpp virtual-keys.cpp \
  window-info.cpp \
  placed/free-space.cpp placed/layout.cpp placed/virtual-places.cpp placed/exposure.cpp)
DESKTOP_PURE_TESTS := $(wildcard desktop/tests/*-test.cpp)
