// SPDX-License-Identifier: Apache-2.0
// A program that goes on running, told to end by signals.
#ifndef VITALS_TESTS_SERVICE_RUNNING_H
#define VITALS_TESTS_SERVICE_RUNNING_H

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace vitals {

class Running {
 public:
  // Waits for its first line on standard output, which ends in a port. Standard error goes to the
  // file `log`.
  Running(std::vector<std::string> command, const std::string& log) {
    int out[2];
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      const int err = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(err, STDERR_FILENO);
      std::vector<char*> words;
      for (std::string& word : command) words.push_back(word.data());
      words.push_back(nullptr);
      ::execv(words[0], words.data());
      ::_exit(127);
    }
    ::close(out[1]);
    char byte = 0;
    while (::read(out[0], &byte, 1) == 1 && byte != '\n') line_ += byte;
    ::close(out[0]);
    const std::size_t colon = line_.rfind(':');
    if (colon != std::string::npos) {
      port_ = static_cast<std::uint16_t>(std::atoi(line_.c_str() + colon + 1));
    }
  }
  ~Running() {
    if (pid_ > 0) end(SIGKILL);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& line() const { return line_; }
  void signal(int number) const { ::kill(pid_, number); }

  // Its exit code, or minus the signal that ended it.
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int end(int number) {
    signal(number);
    return wait();
  }

 private:
  pid_t pid_ = -1;
  std::string line_{};
  std::uint16_t port_ = 0;
};

}  // namespace vitals

#endif  // VITALS_TESTS_SERVICE_RUNNING_H
