// SPDX-License-Identifier: Apache-2.0
// `vitals audit` as a user runs it.
#include <catch2/catch.hpp>

#include "program.h"

namespace vitals {
namespace {

const char* const catalogue =
    "hosts:\n"
    "  n1.example.net: {address: 127.0.0.1, groups: [compute]}\n"
    "  n2.example.net: {address: 127.0.0.1, groups: [compute]}\n"
    "compute:\n"
    "  audits:\n"
    "    disk: {run_every: 30mins, command: [sh, -c, 'echo DISK OK']}\n"
    "    load: {run_every: 1hour, command: [sh, -c, 'echo \"LOAD CRITICAL|l=9\"; exit 2']}\n"
    "    swap: {run_every: 1day, command: [no], enabled: false, disabled_reason: not yet}\n";

// A line of shell, in which $D is a directory with the catalogue.
Ran run_with(const TemporaryFolder& folder, const std::string& line) {
  return run_shell("D=" + shell_quoted(folder.path("")) + "\n" + line);
}

}  // namespace

TEST_CASE("What is bad is told with its place, and exit code 2") {
  struct Row {
    const char* why;
    const char* line;
    const char* expected;
  };
  const TemporaryFolder folder;
  folder.write("a.yaml", "hosts: {h1: {adress: 1}}\n");
  const Row row = GENERATE(values<Row>({
      {"no command", "$VITALS audit", "vitals audit: A subcommand is required"},
      {"a misspelt command", "$VITALS audit chek dir:$D",
       "vitals audit: unknown command 'chek'; did you mean check?"},
      {"an empty value", "$VITALS audit status --policy= dir:$D", "--policy: must not be empty"},
      {"no catalogue", "$VITALS audit run", "CATALOGUE is required"},
      {"no such scheme", "$VITALS audit check mongo:x", "'mongo:x' is no catalogue"},
      {"a broken catalogue", "$VITALS audit check dir:$D",
       "a.yaml:1:14: hosts.h1.adress: unknown key, expected one of address, groups, switch, rack, "
       "needs; did you mean address?"},
      {"the same when it is run", "$VITALS audit run --once dir:$D", "did you mean address?"},
      {"a bad duration", "$VITALS audit run --push 5 dir:$D", "'5' has no unit"},
      {"no duration", "$VITALS audit run --push 0s dir:$D", "expected 1s or more"},
      {"no workers", "$VITALS audit run --workers 0 dir:$D", "--workers"},
      {"no policy", "$VITALS audit status --policy $D/none dir:$D", "none: "},
      {"a pause of nothing", "$VITALS audit pause", "CATALOGUE is required"},
      {"a pause of a broken catalogue", "$VITALS audit pause dir:$D", "did you mean address?"},
      {"no time to remember", "$VITALS audit run --keep 0s dir:$D", "expected 1s or more"},
      {"no reason", "$VITALS audit pause --reason ' \n' dir:$D", "--reason: must not be empty"},
      {"a book for a reason", "$VITALS audit pause --reason $(printf %01001d 1) dir:$D",
       "--reason: expected at most 1000 bytes"},
      {"an unset variable for a host", "$VITALS audit pause --host '' dir:$D",
       "--host: must not be empty"},
      {"and for an audit", "$VITALS audit run-now --audit '' dir:$D", "--audit: must not be empty"},
      {"an unknown option", "$VITALS audit resume --reason x dir:$D", "--reason"},
      {"too many catalogues", "$VITALS audit status dir:$D dir:$D", "dir:"},
      {"a catalogue that is a file", "$VITALS audit check dir:$D/a.yaml", "no such directory"},
      {"an import from nowhere", "$VITALS audit import dir:$D/none sqlite:$D/x.db",
       "no such directory"},
      {"no database", "$VITALS audit check sqlite:$D/a.yaml", "a.yaml: "},
      {"no server", "$VITALS audit check 'postgresql://nobody:secret@/x?host=/does/not/exist'",
       "/does/not/exist"},
      {"a pipe as a file",
       "mkfifo $D/b.yaml; $VITALS audit check dir:$D; r=$?; rm $D/b.yaml; exit $r",
       "b.yaml: a pipe, expected a file"},
      {"an engine without a name", "$VITALS audit run --name '' dir:$D", "--name"},
      {"a name that is no text", "$VITALS audit run --name \"$(printf 'a\\377')\" dir:$D",
       "--name: the name 'a\\xff', expected"},
      {"an export over another",
       "mkdir $D/e; $VITALS audit import dir:$D/e sqlite:$D/x.db && "
       "$VITALS audit export sqlite:$D/x.db dir:$D",
       "expected a directory without YAML files"},
  }));
  DYNAMIC_SECTION(row.why) {
    const Ran ran = run_with(folder, row.line);
    INFO(ran.err);
    CHECK(ran.exit_code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(row.expected) != std::string::npos);
  }
}

TEST_CASE("Audits make a recording that is judged by the policy of their catalogue") {
  const TemporaryFolder folder;
  folder.write("a.yaml", catalogue);
  const Ran checked = run_with(folder, "$VITALS audit check dir:$D");
  CHECK(checked.out == "2 hosts, 1 group, 3 audits, 6 records\n");
  const Ran ran = run_with(folder,
                           "$VITALS audit policy dir:$D > $D/policy\n"
                           "$VITALS audit run --once dir:$D | "
                           "$VITALS replay --policy $D/policy --on-change --hosts -");
  INFO(ran.err);
  CHECK(ran.exit_code == 0);
  CHECK(ran.out.find("\"host\":\"n1.example.net\",\"state\":\"failing\",\"failing\":[\"load\"]") !=
        std::string::npos);
  CHECK(ran.err.find("audits run 4,") != std::string::npos);
  CHECK(ran.err.find("of unknown services 0") != std::string::npos);
  const Ran status = run_with(folder, "$VITALS audit status dir:$D");
  CHECK(status.exit_code == 0);
  CHECK(status.out.find("disabled: not yet") != std::string::npos);
  CHECK(status.out.find("counts") != std::string::npos);
  CHECK(status.out.find("LOAD CRITICAL\n") != std::string::npos);
}

TEST_CASE("Audits that are checks of the default policy count without any other") {
  const TemporaryFolder folder;
  folder.write("a.yaml",
               "hosts: {h1: {groups: [g], switch: null, rack: null}, h2: {groups: [g]}}\n"
               "g:\n  audits:\n"
               "    UNREACHABLE: {run_every: 1min, command: [sh, -c, exit 0]}\n"
               "    ssh: {run_every: 2mins, command: [sh, -c, exit 1]}\n"
               "    meta: {run_every: 5mins, command: [sh, -c, exit 0]}\n"
               "    memory: {run_every: 10mins, command: [sh, -c, exit 2]}\n"
               "    other: {run_every: 1day, command: [sh, -c, exit 0]}\n");
  const Ran ran =
      run_with(folder, "$VITALS audit run --once dir:$D | $VITALS replay --on-change -");
  INFO(ran.out << ran.err);
  CHECK(ran.exit_code == 0);
  for (const char* const said : {R"("host":"h1","check":"UNREACHABLE","status":"OK","counts":true)",
                                 R"("host":"h1","check":"ssh","status":"WARN","counts":true)",
                                 R"("host":"h1","check":"meta","status":"OK","counts":true)",
                                 R"("host":"h1","check":"memory","status":"CRIT","counts":true)",
                                 R"("host":"h2","check":"meta","status":"OK","counts":true)",
                                 // Nobody stated that there is no switch.
                                 R"("host":"h2","check":"ssh","status":"WARN","counts":false)"}) {
    CHECK_THAT(ran.out, Catch::Contains(said));
  }
  CHECK_THAT(ran.out, !Catch::Contains("other"));
  CHECK_THAT(ran.err,
             Catch::Contains("of unknown services 2") && !Catch::Contains("nothing is judged"));
}

TEST_CASE("Who needs what is down is excused, by the engine's recording and by the status") {
  const TemporaryFolder folder;
  folder.write("a.yaml",
               "hosts:\n  el1: {}\n  n1: {groups: [nodes]}\n"
               "groups: {nodes: {needs: {storage: [el1]}}}\n"
               "el1: {audits: {blobs: {run_every: 2m, command: [sh, -c, exit 2]}}}\n"
               "nodes: {audits: {app: {run_every: 5m, command: [sh, -c, exit 2]}}}\n");
  folder.write("policy",
               "infrastructure: {classes: {storage: {checks: [blobs]}}}\n"
               "checks: {blobs: {kind: active}, app: {kind: active}}\n");
  const Ran ran = run_with(folder,
                           "$VITALS audit run --once --policy $D/policy dir:$D | "
                           "$VITALS replay --policy $D/policy --hosts -\n"
                           "$VITALS audit status --policy $D/policy dir:$D");
  INFO(ran.out << ran.err);
  CHECK(ran.exit_code == 0);
  CHECK(ran.out.find("\"host\":\"el1\",\"state\":\"failing\"") != std::string::npos);
  CHECK(ran.out.find("\"host\":\"n1\",\"state\":\"failing\"") == std::string::npos);
  const std::string status = ran.out.substr(ran.out.find("HOST"));
  CHECK(status.find("infrastructure_not_ok, ") != std::string::npos);
  CHECK(status.find(" (el1)") != std::string::npos);
  CHECK(status.find("infrastructure_unknown") == std::string::npos);
}

TEST_CASE("A catalogue goes into a database and comes back as it was") {
  const TemporaryFolder folder;
  folder.write("a.yaml", catalogue + std::string("groups: {compute: {needs: {dns: [n3]}}}\n"));
  const Ran ran = run_with(folder,
                           "set -e\n$VITALS audit import dir:$D sqlite:$D/x.db\n"
                           "$VITALS audit export sqlite:$D/x.db dir:$D/one\n"
                           "$VITALS audit import dir:$D/one sqlite:$D/y.db\n"
                           "$VITALS audit export sqlite:$D/y.db dir:$D/two\n"
                           "diff -r -x '.*' $D/one $D/two\n"
                           "$VITALS audit check sqlite:$D/y.db");
  INFO(ran.err);
  CHECK(ran.exit_code == 0);
  CHECK(ran.out == "2 hosts, 1 group, 3 audits, 6 records\n");
}

TEST_CASE("Pause, resume and run now say what they did, and the status shows it") {
  const TemporaryFolder folder;
  folder.write("a.yaml", catalogue);
  struct Row {
    const char* line;
    const char* said;
    const char* shown;  // by the status afterwards
  };
  for (const Row& row :
       {Row{"resume dir:$D", "nothing resumed: the engines were not paused\n", "HOST"},
        Row{"pause --reason moving dir:$D", "paused\n", "paused: moving\n"},
        Row{"pause dir:$D", "paused already: moving\n", "paused: moving\n"},
        Row{"pause --reason $' moved\\nHOST  x\\e\\n' dir:$D", "paused\n",
            "paused: moved\\nHOST  x\\x1b\n"},
        Row{"resume dir:$D", "resumed\n", "HOST"},
        Row{"pause --host n1.example.net --audit disk --reason why dir:$D", "paused: 1 record\n",
            "paused: why"},
        Row{"pause --host n1.example.net --audit disk --reason $'why\\nnot' dir:$D",
            "paused: 1 record\n", "paused: why\\nnot"},
        Row{"pause --audit disk dir:$D", "paused: 1 record; 1 was paused already\n",
            "paused: why\\nnot"},
        Row{"pause --audit disk dir:$D", "paused already: 2 records\n", "paused"},
        Row{"resume dir:$D",
            "nothing resumed: the engines were not paused\n"
            "2 records stay paused, as what was paused by name is resumed by name:\n"
            "  vitals audit resume --host n1.example.net --audit disk CATALOGUE\n"
            "  vitals audit resume --host n2.example.net --audit disk CATALOGUE\n",
            "paused"},
        Row{"run-now --audit disk dir:$D",
            "due now: 2 records; all of them are paused, and run when they are resumed\n",
            "paused"},
        Row{"run-now --host n1.example.net dir:$D",
            "due now: 3 records; 1 of them is paused, and runs when it is resumed; 1 of them is "
            "disabled in the catalogue, and runs when it is enabled there\n",
            "paused"},
        Row{"resume --host n1.example.net dir:$D",
            "resumed: 1 record; 1 record is disabled in the catalogue\n", "disabled: not yet"},
        Row{"resume --host n1.example.net --audit disk dir:$D",
            "nothing resumed: the record was not paused\n", "disabled: not yet"},
        Row{"resume --audit load dir:$D", "nothing resumed: none of 2 records was paused\n",
            "HOST"},
        Row{"pause dir:$D", "paused\n", "paused\n"},
        Row{"run-now --audit load dir:$D",
            "due now: 2 records; all engines are paused, and run nothing until they are resumed\n",
            "paused\n"},
        Row{"resume --audit disk dir:$D",
            "resumed: 1 record; all engines are paused, and run nothing until they are resumed\n",
            "paused\n"},
        Row{"resume dir:$D", "resumed\n", "HOST"},
        Row{"run-now dir:$D",
            "due now: 6 records; 2 of them are disabled in the catalogue, and run when they are "
            "enabled there\n",
            "new"}}) {
    INFO(row.line);
    const Ran ran = run_with(folder, std::string("$VITALS audit ") + row.line);
    CHECK(ran.exit_code == 0);
    CHECK(ran.err.empty());
    CHECK(ran.out == row.said);
    INFO(run_with(folder, "$VITALS audit status dir:$D").out);
    CHECK(run_with(folder, "$VITALS audit status dir:$D").out.find(row.shown) != std::string::npos);
  }
}

TEST_CASE("What is asked of records that there are not is refused, with those that there are") {
  struct Row {
    const char* words;
    const char* said;
  };
  const TemporaryFolder folder;
  std::string many = "hosts: {h1: {}, h2: {groups: [g]}}\ngroups: {none: {}}\n";
  many += "none: {audits: {lonely: {run_every: 1h, command: [x]}}}\n";
  many += "h1: {audits: {ping: {run_every: 1h, command: [x]}}}\ng:\n  audits:\n";
  for (const char c : std::string("gfedcba")) {
    many += std::string("    a") + c + ": {run_every: 1h, command: [x]}\n";
  }
  folder.write("a.yaml", many);
  const Row row = GENERATE(values<Row>({
      {"--host h1 --audit aa", "the host 'h1' has no audit 'aa', but ping\n"},
      {"--host h1 --audit pign", "the host 'h1' has no audit 'pign', but ping; did you mean ping?"},
      {"--host h2 --audit ping",
       "the host 'h2' has no audit 'ping', but aa, ab, ac, ad, ae, and 2 more\n"},
      {"--host h22 --audit ping", "nothing is audited by 'ping' on 'h22'; did you mean h2?\n"},
      {"--host h22 --audit pign",
       "nothing is audited by 'pign'; did you mean ping? on 'h22'; did you mean h2?\n"},
      {"--audit lonely", "nothing is audited by 'lonely'\n"},
      {"--host n1", "nothing is audited on 'n1'"},
  }));
  for (const char* const command : {"pause", "resume", "run-now"}) {
    const Ran ran =
        run_with(folder, std::string("$VITALS audit ") + command + " " + row.words + " dir:$D");
    INFO(command << " " << row.words << ": " << ran.err);
    CHECK(ran.exit_code == 2);
    CHECK(ran.out.empty());
    CHECK(ran.err.find(row.said) != std::string::npos);
  }
}

TEST_CASE("Words that resume a record are those of a shell, and few") {
  const TemporaryFolder folder;
  std::string text = "hosts: {h$1: {}}\nh$1:\n  audits:\n";
  for (int i = 0; i < 7; ++i) {
    text += "    \"it's-" + std::to_string(i) + "\": {run_every: 1h, command: [x]}\n";
  }
  folder.write("a.yaml", text);
  const Ran ran = run_with(folder,
                           "$VITALS audit pause --host 'h$1' dir:$D\n"
                           "$VITALS audit resume dir:$D >$D/said\n"
                           "grep -c 'vitals audit resume' $D/said\ntail -1 $D/said\n"
                           "CATALOGUE=dir:$D\n"
                           "vitals() { $VITALS \"$@\"; }\n"
                           "eval \"$(grep -m1 'vitals audit' $D/said | "
                           "sed 's/CATALOGUE/$CATALOGUE/')\"\n");
  INFO(ran.err);
  CHECK(ran.out == "paused: 7 records\n5\n  and 2 more, as the status shows\nresumed: 1 record\n");
}

TEST_CASE("A running engine heeds a run that is asked for, and a pause before it") {
  const TemporaryFolder folder;
  folder.write("a.yaml",
               "hosts: {h1: {}}\nh1: {audits: {a: {run_every: 1day, command: [sh, -c, "
               "'echo run >>\"$0\"', \"" +
                   folder.path("runs") + "\"]}}}\n");
  const Ran ran = run_with(folder,
                           "lines() { cat $D/runs 2>/dev/null | wc -l; }\n"
                           "wait_for() {\n"
                           "  for try in {1..1200}; do\n"
                           "    [ \"$(eval \"$1\")\" != \"$2\" ] || return; sleep 0.05\n"
                           "  done\n"
                           "  cat $D/err; kill $engine; exit 1\n"
                           "}\n"
                           "$VITALS audit run --spread 1s dir:$D >$D/out 2>$D/err &\n"
                           "engine=$!\nwait_for lines 1\n"
                           "$VITALS audit run-now --host h1 dir:$D\nwait_for lines 2\n"
                           "$VITALS audit pause dir:$D\nwait_for 'grep -c paused $D/err' 1\n"
                           "$VITALS audit run-now dir:$D\n$VITALS audit resume dir:$D\n"
                           "wait_for lines 3\nkill $engine\nwait $engine\necho exit $?\n");
  INFO(ran.err);
  CHECK(ran.out ==
        "due now: 1 record\npaused\n"
        "due now: 1 record; all engines are paused, and run nothing until they are "
        "resumed\nresumed\nexit 0\n");
}

TEST_CASE("Each audit is run once, however long another one takes, or it is told why not") {
  const TemporaryFolder folder;
  folder.write("a.yaml",
               "hosts: {h: {}}\nh:\n  audits:\n    quick: {run_every: 1s, command: [echo, hi]}\n"
               "    slow: {run_every: 1h, command: [sleep, '4']}\n");
  const Ran ran = run_with(folder, "$VITALS audit run --once dir:$D | grep -c quick");
  CHECK(ran.out == "1\n");
  CHECK(ran.err == "vitals: audits run 2, claimed by others 0, results too late 0, repairs 0\n");
  const Ran refused = run_with(
      folder,
      "python3 -c 'import sqlite3; c = sqlite3.connect(\"'$D'/.vitals-audit.db\"); c.execute(\""
      "update audit_records set claim = 9223372036854775807\"); c.commit()'\n"
      "$VITALS audit run --once dir:$D > $D/lines; echo $?");
  INFO(refused.err);
  CHECK(refused.out == "2\n");
}

TEST_CASE("What nobody can be told is an error, and goes nowhere else") {
  const TemporaryFolder folder;
  folder.write("a.yaml", catalogue);
  for (const char* closed : {">&-", "0<&- >&-", "0<&- >&- 2>&-"}) {
    INFO(closed);
    CHECK(run_with(folder, std::string("$VITALS audit run --once dir:$D ") + closed).exit_code ==
          3);
  }
}

TEST_CASE("The words of audits are completed, and they have a manual page") {
  const Ran ran = run_shell(
      "PATH=$(dirname \"$VITALS\"):$PATH; source <(vitals completion bash)\n"
      "COMP_WORDS=(vitals audit pa); COMP_CWORD=2; _vitals; echo \"${COMPREPLY[@]}\"\n"
      "COMP_WORDS=(vitals audit run --wo); COMP_CWORD=3; _vitals; echo \"${COMPREPLY[@]}\"\n"
      "vitals audit man | man -l --warnings -E UTF-8 - 2>&1 >/dev/null\n"
      "vitals audit man | grep -c '^.fBvitals audit run.-now'");
  INFO(ran.err);
  CHECK(ran.out == "pause\n--workers\n1\n");
}

TEST_CASE("A live recording goes through a replay as it comes") {
  const TemporaryFolder folder;
  folder.write("a.yaml", catalogue);
  const Ran ran = run_with(folder,
                           "$VITALS audit policy dir:$D > $D/policy\n"
                           "mkfifo $D/pipe\n"
                           "$VITALS replay --policy $D/policy --on-change --hosts - "
                           "<$D/pipe >$D/out &\n"
                           "$VITALS audit run --spread 1s dir:$D >$D/pipe 2>$D/err &\n"
                           "engine=$!\n"
                           "until grep -q '\"state\":\"failing\"' $D/out; do sleep 0.05; done\n"
                           "kill $engine\nwait $engine\necho exit $?\nwait\n");
  INFO(ran.err);
  CHECK(ran.out == "exit 0\n");
  CHECK(folder.read("out").find("\"failing\":[\"load\"]") != std::string::npos);
}

TEST_CASE("What is not run any more goes stale in a live replay, though nothing else happens") {
  const TemporaryFolder folder;
  folder.write("a.yaml",
               "hosts: {h1: {switch: null, rack: null}}\n"
               "h1: {audits: {a: {run_every: 1s, command: ['true']}}}\n");
  folder.write("base", "juggler: {push_period: 1s}\n");
  const Ran ran = run_with(folder,
                           "$VITALS audit policy --policy $D/base dir:$D > $D/policy\n"
                           "mkfifo $D/pipe\n"
                           "$VITALS replay --policy $D/policy --on-change --hosts - "
                           "<$D/pipe >$D/out &\n"
                           "$VITALS audit run --spread 1s dir:$D >$D/pipe 2>$D/err &\n"
                           "engine=$!\n"
                           "said() { for i in {1..1200}; do grep -q \"$1\" $D/out && return; "
                           "sleep 0.05; done; echo \"never $1\"; }\n"
                           "said healthy; $VITALS audit pause dir:$D; said unmonitored\n"
                           "kill $engine; wait\n");
  INFO(ran.err);
  CHECK(ran.out == "paused\n");
}

TEST_CASE("Nothing is repaired that was stopped, or edited, while its audit ran") {
  const TemporaryFolder folder;
  const Ran ran = run_with(
      folder,
      "catalogue() {\n"
      "cat >$D/$1/a.yaml <<END\n"
      "hosts: {h: {switch: null, rack: null}, i: {}}\n"
      "h: {audits: {bad: {run_every: 1h, command: [sh, -c, 'touch $D/$1/begun; sleep 4; exit 2'],\n"
      "  repair: {command: [touch, $D/$1/repaired], enabled: $2}}}}\n"
      "i: {audits: {b: {run_every: 1h, command: ['true'], repair: {command: [x], enabled: "
      "true}}}}\n"
      "END\n"
      "}\n"
      "engines=\n"
      "for one in all record file nothing; do\n"
      "mkdir $D/$one; catalogue $one true\n"
      "$VITALS audit run --spread 1s --refresh 1s dir:$D/$one >$D/$one/out 2>$D/$one/err &\n"
      "engines=\"$engines $!\"\n"
      "done\n"
      "for one in all record file nothing; do until [ -e $D/$one/begun ]; do sleep 0.05; done; "
      "done\n"
      "$VITALS audit pause dir:$D/all; $VITALS audit pause --host h dir:$D/record\n"
      "catalogue file false\n"
      "until [ -e $D/nothing/repaired ]; do sleep 0.05; done; sleep 2\n"
      "kill $engines; wait; cd $D; ls */repaired; grep -h 'repair of' */err | cut -d' ' -f2-\n");
  INFO(ran.err);
  CHECK(ran.out ==
        "paused\npaused: 1 record\nnothing/repaired\n"
        "the repair of 'h' by 'bad' is called for, and has to wait: everything is paused\n"
        "the repair of 'h' by 'bad' begins\n"
        "the repair of 'h' by 'bad' ended with exit code 0\n"
        "the repair of 'h' by 'bad' is called for, and has to wait: its audit is paused\n");
}

TEST_CASE("What a killed program ran is killed, and goes to another when its lease ends") {
  const TemporaryFolder folder;
  folder.write("a.yaml",
               "hosts: {h1: {}}\nh1: {audits: {slow: {run_every: 1h, command: [sh, -c, "
               "'sleep 1000 & echo $! >\"$0\"; wait', \"" +
                   folder.path("child") + "\"]}}}\n");
  const Ran ran = run_with(folder,
                           "$VITALS audit run --spread 1s dir:$D >$D/out 2>$D/err &\n"
                           "engine=$!\nuntil [ -s $D/child ]; do sleep 0.01; done\n"
                           "kill -KILL $engine\nwait $engine\n"
                           "lives() { case $(cut -d' ' -f3 /proc/$1/stat 2>/dev/null) in "
                           "''|Z) return 1 ;; esac; }\n"
                           "while lives $(cat $D/child); do sleep 0.01; done\necho dead\n"
                           "$VITALS audit run --once dir:$D >$D/out\n"
                           "$VITALS audit status dir:$D | grep -o processing\n");
  INFO(ran.err);
  CHECK(ran.out == "dead\nprocessing\n");  // until the lease ends nobody else runs it
  CHECK(ran.err.find("audits run 0, claimed by others 1") != std::string::npos);
}

TEST_CASE("A signal lets what runs come to its end, and leaves nothing in processing") {
  const TemporaryFolder folder;
  folder.write("a.yaml",
               "hosts: {h1: {}}\nh1: {audits: {slow: {run_every: 1h, command: [sh, -c, "
               "'touch \"$0\"; sleep 0.3; echo done', \"" +
                   folder.path("began") + "\"]}}}\n");
  const Ran ran = run_with(folder,
                           "$VITALS audit run --spread 1s dir:$D > $D/out &\n"
                           "while ! test -e $D/began; do sleep 0.01; done\n"
                           "kill -TERM $!\nwait $!\necho exit $?\n"
                           "$VITALS audit status dir:$D");
  INFO(ran.out << ran.err);
  CHECK(ran.out.find("exit 0\n") == 0);
  CHECK(ran.out.find("processed") != std::string::npos);
  CHECK(ran.out.find("processing") == std::string::npos);
  CHECK(folder.read("out").find("\"description\":\"done\"") != std::string::npos);
}

TEST_CASE("When nobody reads any more, the run stops in order") {
  const TemporaryFolder folder;
  folder.write("a.yaml", catalogue);
  const Ran ran = run_with(folder,
                           "set -o pipefail\n"
                           "timeout 60 $VITALS audit run --spread 1s --push 1s dir:$D | head -1\n"
                           "echo exit $?\n");
  INFO(ran.err);
  CHECK(ran.out.find("exit 0\n") != std::string::npos);
}

}  // namespace vitals
