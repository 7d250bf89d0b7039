#include "app/window/drawer_models.h"

#include <QCoreApplication>
#include <QDateTime>

namespace app {

using namespace panels::kit;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }
QString clock_text(std::int64_t wall_ns) {
  return QDateTime::fromMSecsSinceEpoch(wall_ns / 1'000'000, Qt::UTC).toString(QStringLiteral("HH:mm:ss.zzz"));
}

}  // namespace

// ---------------------------------------------------------------- events

EventModel::EventModel(QObject* parent) : TableModel({{tr("Time"), 116}, {tr("Kind"), 32}, {tr("Who"), 104}, {tr("What"), 0}}, parent) {}

void EventModel::set(const std::vector<workbench::recorder::Event>& events) {
  std::vector<QString> keys;
  for (const auto& e : events) keys.push_back(QStringLiteral("%1/%2").arg(e.wall_ns).arg(q(e.text)));
  replace_rows(std::move(keys), [&] { events_ = events; });
}

Cell EventModel::cell(int row, int column) const {
  const auto& e = events_[std::size_t(row)];
  using Level = workbench::recorder::Event::Level;
  switch (column) {
    case 0: return Cell::mono(clock_text(e.wall_ns), Token::Tx2);
    case 1: {
      Cell c;
      c.kind = Cell::Kind::Icon;
      c.icon = e.level == Level::Error ? QStringLiteral("error") : e.level == Level::Warning ? QStringLiteral("warning")
               : e.kind == "config"    ? QStringLiteral("sliders") : e.kind == "load" ? QStringLiteral("load") : QStringLiteral("play");
      c.icon_token = e.level == Level::Error ? Token::Err : e.level == Level::Warning ? Token::Warn : e.kind == "config" ? Token::Acc : Token::Ok;
      c.text = e.level == Level::Error ? tr("error") : e.level == Level::Warning ? tr("warning") : q(e.kind);
      return c;
    }
    case 2: return Cell::plain(q(e.subject));
    default: {
      Cell c = Cell::mono(q(e.text), Token::Tx2);
      c.tooltip = c.text;
      return c;
    }
  }
}

// ---------------------------------------------------------------- problems

ProblemModel::ProblemModel(QObject* parent) : TableModel({{tr("Kind"), 40}, {tr("Where"), 220}, {tr("What"), 0}}, parent) {}

void ProblemModel::set(std::vector<Problem> problems) {
  std::vector<QString> keys;
  for (const auto& p : problems) keys.push_back(p.where + QLatin1Char('/') + p.text);
  replace_rows(std::move(keys), [&] { problems_ = std::move(problems); });
}

Cell ProblemModel::cell(int row, int column) const {
  const Problem& p = problems_[std::size_t(row)];
  if (column == 1) {
    Cell c = Cell::mono(p.where, p.selection.kind == Selection::Kind::None ? Token::Tx : Token::Acc);
    c.link = p.selection.kind != Selection::Kind::None;
    c.tooltip = p.where;
    return c;
  }
  if (column == 2) {
    Cell c = Cell::plain(p.text, Token::Tx);
    c.tooltip = p.text;
    return c;
  }
  Cell c;
  c.kind = Cell::Kind::Icon, c.icon = p.error ? QStringLiteral("error") : QStringLiteral("warning"), c.icon_token = p.error ? Token::Err : Token::Warn;
  c.text = p.error ? tr("error") : tr("warning");
  return c;
}

// ---------------------------------------------------------------- tasks

TaskModel::TaskModel(QObject* parent)
    : TableModel({{tr("State"), 108}, {tr("Task"), 280}, {tr("Progress"), 180}, {tr("Took"), 88, Qt::AlignRight}, {tr("Note"), 0}, {tr("Cancel"), 84}}, parent) {}

void TaskModel::set(const std::vector<Task>& tasks, const LoadView& load, qint64 now_ms) {
  std::vector<Line> lines;
  if (load.running && load.progress) {
    const auto& p = *load.progress;
    const double whole = double(load.options.duration.count()) / 1e9;
    Line l;
    l.name = tr("Load of %1").arg(q(load.options.request.name.empty() ? load.options.request.url : load.options.request.name));
    l.share = whole > 0 ? std::min(1.0, p.elapsed_s / whole) : -1;
    l.took_ms = qint64(p.elapsed_s * 1000);
    l.note = tr("%1 sent, %2 /s").arg(p.sent).arg(p.achieved_rate_per_s, 0, 'f', 0);
    lines.push_back(std::move(l));
  }
  for (const Task& t : tasks) {
    Line l;
    l.id = t.id, l.name = t.name, l.state = t.state, l.error = t.error;
    l.over = t.state != Task::State::Waiting && t.state != Task::State::Running;
    l.took_ms = std::max<qint64>(0, (l.over ? t.ended_ms : now_ms) - t.started_ms);
    if (t.control) l.note = q(t.control->note()), l.share = t.control->progress();
    lines.push_back(std::move(l));
  }
  std::vector<QString> keys;
  for (const Line& l : lines) keys.push_back(QString::number(l.id));
  replace_rows(std::move(keys), [&] { lines_ = std::move(lines); });
}

int TaskModel::running() const { return int(std::count_if(lines_.begin(), lines_.end(), [](const Line& l) { return !l.over; })); }

Cell TaskModel::cell(int row, int column) const {
  const Line& l = lines_[std::size_t(row)];
  switch (column) {
    case State: {
      static const std::pair<const char*, Token> kStates[] = {
          {QT_TRANSLATE_NOOP("Drawer", "Waiting"), Token::Tx2}, {QT_TRANSLATE_NOOP("Drawer", "Running"), Token::Acc},
          {QT_TRANSLATE_NOOP("Drawer", "Done"), Token::Ok},     {QT_TRANSLATE_NOOP("Drawer", "Failed"), Token::Err},
          {QT_TRANSLATE_NOOP("Drawer", "Cancelled"), Token::Tx2}};
      const auto& [name, token] = kStates[int(l.state)];
      return Cell::of_tags({{QCoreApplication::translate("Drawer", name), token, {}, true, false, true}});
    }
    case Name: return Cell::plain(l.name);
    case Progress: {
      if (l.over) return Cell::plain({});
      if (l.share < 0) return Cell::plain(tr("under way"), Token::Tx2);
      Cell c;
      c.kind = Cell::Kind::Bar, c.share = l.share, c.token = Token::Acc, c.text = tr("%1 %").arg(l.share * 100, 0, 'f', 0);
      return c;
    }
    case Took:
      return Cell::number(l.took_ms < 10'000 ? tr("%1 ms").arg(l.took_ms) : tr("%1 s").arg(double(l.took_ms) / 1000, 0, 'f', 1), l.took_ms, l.over ? Token::Tx : Token::Tx2);
    case Note: {
      Cell c = Cell::mono(l.error.isEmpty() ? l.note : l.error, l.error.isEmpty() ? Token::Tx2 : Token::Err);
      c.tooltip = c.text;
      return c;
    }
    default: {
      Cell c = Cell::plain(l.over ? QString() : tr("Cancel"), Token::Acc);
      c.link = true;
      return c;
    }
  }
}

}  // namespace app
