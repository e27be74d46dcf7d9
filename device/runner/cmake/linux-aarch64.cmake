# Cross build for 64-bit ARM Linux with Debian's compiler (g++-aarch64-linux-gnu).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
# ctest runs the tests under qemu-user, where it is installed.
find_program(QUAD_QEMU NAMES qemu-aarch64-static qemu-aarch64)
if(QUAD_QEMU)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${QUAD_QEMU};-L;/usr/aarch64-linux-gnu")
endif()
