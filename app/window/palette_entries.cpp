#include <QRegularExpression>
#include <algorithm>

#include "app/window/palette.h"

namespace app {

using namespace panels::kit;

int match_score(const QString& query, const QString& text, std::vector<int>* matched) {
  if (matched) matched->clear();
  const QString q = query.toLower().remove(QLatin1Char(' ')), t = text.toLower();
  if (q.isEmpty()) return 1;
  // A whole run of letters beats scattered ones.
  if (const auto at = t.indexOf(query.trimmed().toLower()); at >= 0) {
    const bool word = at == 0 || !t[at - 1].isLetterOrNumber();
    if (matched)
      for (int i = 0; i < query.trimmed().size(); ++i) matched->push_back(int(at) + i);
    return 1000 + (word ? 200 : 0) + (at == 0 ? 100 : 0) - int(std::min<qsizetype>(t.size(), 90));
  }
  int score = 300, last = -2, at = 0;
  std::vector<int> places;
  for (const QChar c : q) {
    // Prefer the next start of a word with that letter, else the next such letter.
    int found = -1;
    for (int i = at; i < t.size(); ++i)
      if (t[i] == c && (i == 0 || !t[i - 1].isLetterOrNumber())) {
        found = i;
        break;
      }
    const int plain = int(t.indexOf(c, at));
    // Letters strewn inside words are not what was meant: each continues a run or begins a word.
    if (plain >= 0 && plain == last + 1) found = plain;
    if (found < 0) return 0;
    score += found == last + 1 ? 12 : -std::min(20, found - std::max(last, 0));
    last = found, at = found + 1;
    places.push_back(found);
  }
  if (matched) *matched = places;
  return score - int(std::min<qsizetype>(t.size(), 90));
}

namespace {

struct Gather {
  const QString& query;
  std::vector<PaletteEntry> found;
  void offer(PaletteEntry e, int bonus = 0) {
    e.score = match_score(query, e.title, &e.matched);
    if (e.score == 0) return;
    e.score += bonus;
    found.push_back(std::move(e));
  }
};

QString q(const std::string& s) { return QString::fromStdString(s); }

QString tr(const char* text) { return QCoreApplication::translate("Palette", text); }

void offer_commands(Gather& g, CommandTable& commands) {
  for (const Command& c : commands.all()) {
    if (!c.is_enabled()) continue;
    g.offer({tr("Commands"), c.icon.isEmpty() ? QStringLiteral("command") : c.icon, c.title, c.detail, c.shortcut, {}, false,
             [&commands, id = c.id] { commands.run(id); }, 0, {}},
            20);
  }
}

void offer_config(Gather& g, Session& session) {
  for (const auto& row : session.views().config.rows)
    g.offer({tr("Config keys"), QStringLiteral("sliders"), q(row.key), tr("%1 from %2").arg(q(row.text), q(row.layer)), {}, tr("Explain"), true,
             [&session, key = q(row.key)] { session.open(QStringLiteral("config"), {Selection::Kind::ConfigKey, key, {}}); }, 0, {}});
}

void offer_services(Gather& g, Session& session) {
  const Views& v = session.views();
  std::vector<std::string> seen;
  for (const auto& row : v.services) {
    if (std::find(seen.begin(), seen.end(), row.instance) != seen.end()) continue;
    seen.push_back(row.instance);
    g.offer({tr("Services"), QStringLiteral("server"), q(row.instance), q(row.kind + " " + row.address), {}, tr("Reveal"), false,
             [&session, id = q(row.instance)] { session.open(QStringLiteral("services"), {Selection::Kind::Service, id, {}}); }, 0, {}},
            10);
  }
  for (const auto& [name, detail] : v.details)
    for (const auto& step : detail.middleware)
      g.offer({tr("Middleware"), QStringLiteral("shield"), q(name + " / " + step.name), step.on ? q(step.describe) : tr("switched off"), {}, tr("Reveal"), false,
               [&session, owner = q(name), id = q(step.name)] { session.open(QStringLiteral("services"), {Selection::Kind::Step, id, owner}); }, 0, {}},
              32);
}

void offer_routes(Gather& g, Session& session) {
  for (const auto& [name, detail] : session.views().details)
    for (const auto& route : detail.routes)
      g.offer({tr("Routes"), QStringLiteral("globe"), q(route.method + " " + route.path), q(name), {}, tr("Reveal"), true,
               [&session, owner = q(name), id = q(route.method + " " + route.path)] {
                 session.open(QStringLiteral("services"), {Selection::Kind::Route, id, owner});
               }, 0, {}});
}

void offer_requests(Gather& g, Session& session) {
  for (const auto& r : session.views().requests)
    g.offer({tr("Requests"), QStringLiteral("send"), q(r.id), q(r.method + " " + r.url), {}, tr("Open"), false,
             [&session, id = q(r.id)] { session.open(QStringLiteral("requests"), {Selection::Kind::Request, id, {}}); }, 0, {}},
            5);
}

void offer_traces(Gather& g, Session& session, std::size_t limit) {
  std::size_t n = 0;
  for (const auto& t : session.views().traces) {
    if (++n > limit) break;
    g.offer({tr("Traces"), QStringLiteral("trace"), q(t->id.substr(0, 8) + "  " + t->root_name),
             tr("%1, %2 ms").arg(q(t->root_service)).arg(double(t->duration_ns) / 1e6, 0, 'f', 2), {}, tr("Open"), true,
             [&session, id = q(t->id)] { session.open(QStringLiteral("traces"), {Selection::Kind::Trace, id, {}}); }, 0, {}});
  }
}

}  // namespace

std::vector<PaletteEntry> palette_entries(const QString& typed, Session& session, CommandTable& commands, const std::vector<PanelInfo>& panels) {
  static const QRegularExpression hex(QStringLiteral("^[0-9a-f]{16,32}$"));
  const QString text = typed.trimmed();
  if (text.startsWith(QStringLiteral("curl ")) || text.startsWith(QStringLiteral("http://")) || text.startsWith(QStringLiteral("https://"))) {
    PaletteEntry e{tr("Pasted"), QStringLiteral("send"), tr("Make a request of it"), text.left(80), QStringLiteral("Enter"), {}, false,
                   [&session, text] { session.open(QStringLiteral("requests"), {Selection::Kind::Request, text, QStringLiteral("paste")}); }, 1, {}};
    return {e};
  }
  if (hex.match(text).hasMatch()) {
    PaletteEntry e{tr("Pasted"), QStringLiteral("trace"), tr("Open trace %1").arg(text.left(8)), {}, QStringLiteral("Enter"), {}, false,
                   [&session, text] { session.open(QStringLiteral("traces"), {Selection::Kind::Trace, text, {}}); }, 1, {}};
    return {e};
  }
  const QChar prefix = text.isEmpty() ? QChar() : text[0];
  const bool only = prefix == QLatin1Char('>') || prefix == QLatin1Char('@') || prefix == QLatin1Char('#');
  const QString query = only ? text.mid(1).trimmed() : text;
  Gather g{query, {}};
  if (!only)
    for (const PanelInfo& p : panels)
      g.offer({tr("Panels"), p.icon, p.title, {}, QStringLiteral("Alt+") + p.key, {}, false, [&session, id = p.id] { session.open(id); }, 0, {}}, 60);
  if (!only || prefix == QLatin1Char('>')) offer_commands(g, commands);
  if (!only) offer_services(g, session), offer_config(g, session), offer_requests(g, session);
  if (!only || prefix == QLatin1Char('@')) offer_routes(g, session);
  if ((!only && !query.isEmpty()) || prefix == QLatin1Char('#')) offer_traces(g, session, prefix == QLatin1Char('#') ? 500 : 50);

  std::stable_sort(g.found.begin(), g.found.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<PaletteEntry> out;
  if (!query.isEmpty() && !g.found.empty() && !only) {
    PaletteEntry best = g.found.front();
    best.section = tr("Best match");
    out.push_back(best);
    g.found.erase(g.found.begin());
  }
  // Sections in the order of their best entry, a few of each.
  std::vector<QString> sections;
  for (const auto& e : g.found)
    if (std::find(sections.begin(), sections.end(), e.section) == sections.end()) sections.push_back(e.section);
  const int most = only ? 200 : query.isEmpty() ? 6 : 4;
  for (const QString& s : sections) {
    int n = 0;
    for (const auto& e : g.found)
      if (e.section == s && n++ < most) out.push_back(e);
  }
  return out;
}

}  // namespace app
