# Read by the CMake project of llama-cpp-python when pip compiles it (see requirements.txt): leaves
# out what the program never uses, a third of the files. Sets variables of CMake, not of its cache,
# because that project writes ON into the cache over whatever is said there.
set(LLAMA_BUILD_COMMON OFF) # helpers of llama.cpp's own programs, with their HTTP client
set(LLAVA_BUILD OFF)        # mtmd, which reads pictures and sound
foreach(part TOOLS SERVER APP UI EXAMPLES TESTS)
  set(LLAMA_BUILD_${part} OFF) # as they are by default in a library; said here so that it stays so
endforeach()
set(LLAMA_OPENSSL OFF)
