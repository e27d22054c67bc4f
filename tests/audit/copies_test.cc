// SPDX-License-Identifier: Apache-2.0
// Catalogues that move between backends, by `vitals audit import` and `export`.
#include <unistd.h>

#include <catch2/catch.hpp>

#include "program.h"

namespace vitals {
namespace {

const char* const catalogue =
    "hosts:\n  n1: {groups: [all]}\n  n2: {groups: [all]}\n"
    "all:\n  audits:\n    disk: {run_every: 30mins, command: [echo, OK]}\n"
    "    load: {run_every: 1hour, command: [echo, OK]}\n";

// A line of shell, in which $D is a directory, and $D/all one with the catalogue.
Ran run_with(const TemporaryFolder& folder, const std::string& line) {
  folder.write("a.yaml", catalogue);
  return run_shell("D=" + shell_quoted(folder.path("")) +
                   "\nmkdir $D/all $D/none && mv $D/a.yaml $D/all\n" + line);
}

}  // namespace

TEST_CASE("What is paused stays paused where its catalogue goes") {
  const TemporaryFolder folder;
  const Ran ran = run_with(folder,
                           "exec 2>&1; set -e\n"
                           "$VITALS audit pause --host n1 --audit disk --reason cables dir:$D/all\n"
                           "$VITALS audit pause --reason 'all of it' dir:$D/all\n"
                           "$VITALS audit import dir:$D/all sqlite:$D/x.db\n"
                           "$VITALS audit status sqlite:$D/x.db | grep -c 'cables\\|all of it'\n"
                           "$VITALS audit export sqlite:$D/x.db dir:$D/back\n"
                           "$VITALS audit status dir:$D/back | grep -c 'cables\\|all of it'\n"
                           "$VITALS audit resume sqlite:$D/x.db > $D/said\n"
                           "$VITALS audit import sqlite:$D/x.db sqlite:$D/y.db\n"
                           "$VITALS audit status sqlite:$D/y.db | grep -c 'cables\\|all of it'\n");
  INFO(ran.out);
  CHECK(ran.exit_code == 0);
  CHECK(ran.out.ends_with("\n2\n2\n1\n"));
}

TEST_CASE("No catalogue takes the place of all hosts but where that is asked for") {
  const TemporaryFolder folder;
  const Ran ran = run_with(folder,
                           "$VITALS audit import dir:$D/all sqlite:$D/x.db\n"
                           "$VITALS audit import dir:$D/none sqlite:$D/x.db; echo $?\n"
                           "$VITALS audit check sqlite:$D/x.db\n"
                           "$VITALS audit run-now sqlite:$D/x.db\n"
                           "$VITALS audit import --empty dir:$D/none sqlite:$D/x.db; echo $?\n"
                           "$VITALS audit status sqlite:$D/x.db | grep -c 'n1\\|n2'\n"
                           "$VITALS audit check sqlite:$D/x.db\n");
  INFO(ran.err);
  CHECK(ran.out ==
        "2\n2 hosts, 1 group, 2 audits, 4 records\ndue now: 4 records\n0\n0\n0 hosts, 0 groups, 0 "
        "audits, 0 records\n");
  CHECK(ran.err ==
        "the catalogue to import has no hosts, and the one there has 2 hosts, which "
        "--empty would remove\nvitals: no hosts in sqlite:" +
            folder.path("") + "/x.db\n");
}

TEST_CASE("Nobody makes a file by reading, or by misspelling one") {
  const TemporaryFolder folder;
  const Ran ran = run_with(folder,
                           "cd $D; for what in check status policy run pause resume run-now; do\n"
                           "$VITALS audit $what sqlite:typo.db; echo $?; done\n"
                           "$VITALS audit export sqlite:typo.db dir:copy; echo $?\n"
                           "$VITALS audit status dir:all > $D/table; ls -A . all\n");
  INFO(ran.err);
  CHECK(ran.out == "2\n2\n2\n2\n2\n2\n2\n2\n.:\nall\nnone\ntable\n\nall:\na.yaml\n");
  const std::string said = "typo.db: no such file; `vitals audit import` puts a catalogue there\n";
  std::string expected;
  for (int i = 0; i < 8; ++i) expected += said;
  CHECK(ran.err == expected);
}

TEST_CASE("Who may not write sees all that there is, whether an engine lives or not") {
  const TemporaryFolder folder;
  const std::string as_nobody = geteuid() == 0 ? "su nobody -s /bin/sh -c" : "sh -c";
  const Ran ran = run_with(
      folder,
      "exec 2>&1; $VITALS audit run --once dir:$D/all > $D/rec 2> $D/said\n"
      "$VITALS audit import dir:$D/all sqlite:$D/a%b.db\n"
      "cd $D; ls *.db*; ls -A all | grep db-\n"
      "chmod -R a+rX,a-w $D\n" +
          as_nobody + " \"$VITALS audit status dir:$D/all\" | grep -c processed\n" + as_nobody +
          " \"$VITALS audit check 'sqlite:$D/a%b.db'; $VITALS audit check 'sqlite:/$D/a%b.db'; "
          "$VITALS audit check 'sqlite:a%b.db'\"\n"
          "chmod -R u+w $D\n");
  INFO(ran.out);
  CHECK(ran.out ==
        "a%b.db\n.vitals-audit.db-shm\n.vitals-audit.db-wal\n"
        "4\n2 hosts, 1 group, 2 audits, 4 records\n2 hosts, 1 group, 2 audits, 4 records\n"
        "2 hosts, 1 group, 2 audits, 4 records\n");
}

TEST_CASE("A database of another program stays as it is, to the byte") {
  const TemporaryFolder folder;
  const Ran ran =
      run_with(folder,
               "cd $D; python3 -c 'import sqlite3; c = sqlite3.connect(\"f.db\"); "
               "c.execute(\"create table hosts (a)\"); c.commit()'; cp f.db before.db\n"
               "for what in check status run pause 'import dir:all'; do\n"
               "$VITALS audit $what sqlite:f.db; echo $?; done; cmp f.db before.db; ls f.db*\n");
  INFO(ran.err);
  CHECK(ran.out == "2\n2\n2\n2\n2\nf.db\n");
  CHECK(ran.err.find("sqlite:f.db: the table hosts is another program's\n") != std::string::npos);
}

TEST_CASE("An export that cannot be finished leaves nothing that looks like a catalogue") {
  const TemporaryFolder folder;
  const Ran ran = run_with(folder,
                           "cd $D; mkdir -p x/hosts.yaml.new\n"
                           "$VITALS audit export dir:all dir:x; echo $?; ls -A x\n");
  INFO(ran.err);
  CHECK(ran.out == "2\nhosts.yaml.new\n");
}

}  // namespace vitals
