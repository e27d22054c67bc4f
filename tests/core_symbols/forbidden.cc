// SPDX-License-Identifier: Apache-2.0
// Uses everything that the core must not, once: each pattern of check.cmake must find something
// here, or it would find nothing anywhere.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <stdexcept>

namespace absl {
void something();
}

namespace core_symbols {

int* allocates_an_object(int value) { return new int(value); }
void* allocates_bytes(std::size_t size) { return std::malloc(size); }
std::time_t asks_the_time() { return std::time(nullptr); }
auto asks_the_clock() { return std::chrono::system_clock::now(); }
void asks_the_system(timespec& now) { clock_gettime(CLOCK_REALTIME, &now); }
const char* asks_the_environment() { return std::getenv("TZ"); }
void prints(int value) { std::printf("%d\n", value); }
void streams(int value) { std::cout << value; }
void uses_abseil() { absl::something(); }
void aborts() { std::abort(); }
void throws() { throw std::runtime_error("core"); }

}  // namespace core_symbols
