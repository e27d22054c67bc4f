// SPDX-License-Identifier: Apache-2.0
// save_on_failing_disk PATH CALL NTH HOW: saves a fleet of one host, `young`, while the nth of such
// calls (write, fsync, rename, close) fails: with HOW a number of errno, or `short`, which is a
// write of half the bytes. Prints what the save says. Exits 0 if that is well, 1 if it is an error,
// and 2 if no call failed or there is no such save.
#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "vitals/fleet.h"

namespace {

// Which call is to fail, and how. Without a name: none.
struct Fault {
  std::string_view call;
  int left = 0;
  bool is_short = false;
  int error = 0;
  bool came = false;

  bool strikes(std::string_view name) {
    if (name != call || --left != 0) return false;
    came = true;
    errno = error;
    return true;
  }
};
Fault fault;

// The function that would have been called without the one of this program.
template <class Function>
Function* behind(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  const bool strikes = fault.strikes("write");
  if (strikes && !fault.is_short) return -1;
  return behind(&write, "write")(descriptor, bytes, strikes ? size / 2 : size);
}

int fsync(int descriptor) {
  return fault.strikes("fsync") ? -1 : behind(&fsync, "fsync")(descriptor);
}

int rename(const char* from, const char* to) noexcept {
  return fault.strikes("rename") ? -1 : behind(&rename, "rename")(from, to);
}

// As Linux does it, the descriptor is closed even so.
int close(int descriptor) {
  const int closed = behind(&close, "close")(descriptor);
  return fault.strikes("close") ? -1 : closed;
}

}  // extern "C"

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  vitals::Fleet fleet{vitals::PolicySet{}};
  const vitals::Timestamp now{vitals::Seconds{1000}};
  if (!fleet.apply({.type = vitals::EventType::assign, .time = now, .host = "young"}).ok()) {
    return 2;
  }
  const std::string_view how = argv[4];
  fault = {.call = argv[2],
           .left = std::atoi(argv[3]),
           .is_short = how == "short",
           .error = std::atoi(argv[4])};
  const absl::Status status = fleet.save(argv[1]);
  fault.call = {};
  std::puts(std::string(status.message()).c_str());
  if (!fault.came) return 2;
  return status.ok() ? EXIT_SUCCESS : EXIT_FAILURE;
}
