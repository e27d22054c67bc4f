// SPDX-License-Identifier: Apache-2.0
// Runs the program as a user does: arguments and standard input in; exit code and output back.
#ifndef VITALS_TESTS_PROGRAM_H
#define VITALS_TESTS_PROGRAM_H

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace vitals {

// A folder of its own, gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "vitals-test-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }

 private:
  std::filesystem::path path_;
};

struct Ran {
  int exit_code = -1;  // -1: ended by a signal
  std::string out;
  std::string err;
};

inline std::string shell_quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// Runs a line of shell in which $VITALS is the program.
inline Ran run_shell(const std::string& line, const std::string& input = {}) {
  const TemporaryFolder folder;
  folder.write("in", input);
  folder.write("line", "VITALS=" + shell_quoted(VITALS_PROGRAM) + "\n" + line + "\n");
  const std::string command =
      "bash " + shell_quoted(folder.path("line")) + " <" + shell_quoted(folder.path("in")) + " >" +
      shell_quoted(folder.path("out")) + " 2>" + shell_quoted(folder.path("err"));
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, folder.read("out"), folder.read("err")};
}

inline Ran run_program(const std::vector<std::string>& arguments, const std::string& input = {}) {
  std::string line = "exec \"$VITALS\"";
  for (const std::string& argument : arguments) line += " " + shell_quoted(argument);
  return run_shell(line, input);
}

}  // namespace vitals

#endif  // VITALS_TESTS_PROGRAM_H
