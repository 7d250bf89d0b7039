#include "panels/config/explain.h"

#include <QPainter>
#include <QVBoxLayout>

#include "panels/config/config_actions.h"
#include "panels/config/config_model.h"

namespace panels::config {

using namespace kit;
using workbench::host::ConfigRow;
using workbench::host::ConfigType;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }
QString tr(const char* text) { return QCoreApplication::translate("Config", text); }

// The layers as a ladder: squares joined by a line, name and place left, value right.
class Ladder final : public QWidget {
 public:
  explicit Ladder(const ConfigRow& row) : row_(row) {
    setFixedHeight(kStep * int(row.cells.size()));
    QStringList words;
    for (auto c = row_.cells.rbegin(); c != row_.cells.rend(); ++c)
      words << tr("%1: %2").arg(q(c->layer), c->present ? q(c->text) + (c->wins ? tr(", wins") : tr(", overlaid")) : tr("not set"));
    setAccessibleName(words.join(QStringLiteral("; ")));
  }

 protected:
  static constexpr int kStep = 36;
  void paintEvent(QPaintEvent*) override {
    QPainter p(this);
    p.fillRect(QRect(5, kStep / 2 - 6, 1, height() - kStep), theme().color(Token::Line));
    int y = 0;
    for (auto c = row_.cells.rbegin(); c != row_.cells.rend(); ++c, y += kStep) {
      const QRect box(1, y + kStep / 2 - 10, 9, 9);
      p.setRenderHint(QPainter::Antialiasing);
      if (c->present) {
        p.setPen(QPen(theme().color(c->wins ? Token::Acc : Token::LineS), 1));
        p.setBrush(theme().color(c->wins ? Token::Acc : Token::Bg1));
        p.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
      } else {
        p.fillRect(QRect(box.center().x() - 1, box.center().y() - 1, 3, 3), theme().color(Token::LineS));
      }
      const QString value = c->present ? q(c->text) + (row_.secret ? QString() : q(row_.unit)) : tr("not set");
      const QColor ink = theme().color(c->wins ? Token::Tx : Token::Tx3);
      const int w = std::min(width() / 2, QFontMetrics(theme().font(Type::Mono)).horizontalAdvance(value));
      const QRect right(width() - w, y, w, 26);
      const int used = paint_text(p, right, value, Type::Mono, ink, Qt::AlignRight);
      if (c->present && !c->wins) p.fillRect(QRect(right.right() + 1 - used, row_baseline(right) - 4, used, 1), ink);
      const QRect left(20, y, width() - w - 28, 18);
      paint_text(p, left, name(*c), Type::Body, theme().color(c->present ? Token::Tx : Token::Tx3));
      const bool file = c->place.find(':') != std::string::npos && c->place.find(' ') == std::string::npos;
      paint_text(p, QRect(20, y + 16, width() - 20, 16), place(*c), Type::Axis, theme().color(c->wins || (file && c->present) ? Token::Acc : Token::Tx3));
    }
  }

 private:
  static QString name(const workbench::host::ConfigCell& c) {
    if (c.layer == "overrides") return tr("Override");
    if (c.layer == "command line") return tr("Command line");
    if (c.layer == "env") return tr("Environment");
    if (c.layer == "defaults") return tr("Default");
    if (c.remote) return tr("Remote: %1").arg(q(c.layer));
    return layer_word(c.layer) == tr("files") ? tr("File") : q(c.layer);
  }
  QString place(const workbench::host::ConfigCell& c) const {
    if (!c.place.empty()) return q(c.place);
    if (c.layer == "command line") return QStringLiteral("--set %1=").arg(q(row_.key));
    if (c.layer == "overrides") return tr("set here, lasts beyond a restart");
    return q(c.layer);
  }
  ConfigRow row_;
};

QString type_name(const ConfigRow& row) {
  switch (row.type) {
    case ConfigType::Bool: return tr("true or false");
    case ConfigType::Int: return tr("whole number");
    case ConfigType::Float: return tr("number");
    case ConfigType::String: return tr("text");
    case ConfigType::Duration: return tr("duration");
    case ConfigType::Size: return tr("size");
    case ConfigType::Enum: return tr("one of %1").arg(row.choices.size());
    case ConfigType::List: return tr("list");
    case ConfigType::Secret: return tr("secret");
    case ConfigType::Url: return tr("URL");
  }
  return {};
}

}  // namespace

InspectorView* make_explain(Session* session, const QString& key, QWidget* parent) {
  const ConfigRow* row = nullptr;
  for (const auto& r : session->views().config.rows)
    if (q(r.key) == key) row = &r;
  if (!row) return nullptr;
  auto* view = new InspectorView(QStringLiteral("sliders"), tr("Explain"), key, parent, true);
  view->add_section(tr("Why this value, highest layer first"));
  view->add_widget(new Ladder(*row));

  // A value that was put together: what is written beside what it came to.
  for (const auto& c : row->cells)
    if (c.present && c.raw.find("${") != std::string::npos && !row->secret) {
      view->add_section(tr("Template"), c.wins ? QString() : tr("overlaid"));
      view->add_row(QString(), q(c.raw), Token::Acc)->setAccessibleName(tr("As written"));  // it needs the whole width
      view->add_row(tr("Its value"), c.wins ? q(row->text + row->unit) : tr("not in force"), c.wins ? Token::Tx : Token::Tx3);
    }

  view->add_section(tr("Read by"));
  const workbench::host::ConfigChange* last = nullptr;
  for (const auto& c : session->views().history)
    if (c.key == row->key) {
      last = &c;
      break;
    }
  if (row->readers.empty()) view->add_text(tr("Nobody has read this key yet."));
  for (std::size_t i = 0; i < row->readers.size() && i < 6; ++i) {
    const QString reader = q(row->readers[i]);
    const QString service = reader.section(QLatin1Char(' '), 0, 0), step = reader.section(QLatin1Char(' '), 1);
    auto* line = new QWidget;
    line->setFixedHeight(28);
    auto* l = new QHBoxLayout(line);
    l->setContentsMargins(0, 0, 0, 0);
    l->setSpacing(gap::kM);
    auto* link = link_button(step.isEmpty() ? service : QStringLiteral("%1 / %2").arg(service, step));
    QObject::connect(link, &QPushButton::clicked, session, [session, service, step] {
      session->open(QStringLiteral("services"), step.isEmpty() ? Selection{Selection::Kind::Service, service, {}} : Selection{Selection::Kind::Step, step, service});
    });
    l->addWidget(link);
    l->addStretch(1);
    if (last && last->applied_ns > 0 && std::find(last->applied_by.begin(), last->applied_by.end(), row->readers[i]) != last->applied_by.end())
      l->addWidget(new Tag({tr("applied %1 ms").arg(double(last->applied_ns) / 1e6, 0, 'f', last->applied_ns % 1'000'000 ? 1 : 0), Token::Ok, QStringLiteral("check"), true, false, false}));
    view->add_widget(line);
  }
  if (row->readers.size() > 6) view->add_text(tr("and %1 more").arg(row->readers.size() - 6));

  view->add_section(tr("Schema"));
  view->add_row(tr("Type"), type_name(*row) + (row->unit.empty() ? QString() : QStringLiteral(", ") + q(row->unit)));
  if (!row->choices.empty()) {
    QStringList names;
    for (const auto& c : row->choices) names << q(c);
    view->add_row(tr("Choices"), names.join(QStringLiteral(", ")));
  }
  view->add_row(tr("Applies"), row->live ? tr("live") : tr("after a restart"));
  if (!row->known) view->add_text(tr("No schema names this key; it is passed on as it is written."));
  if (!row->doc.empty()) view->add_text(q(row->doc));

  auto* unset = button(tr("Unset override"), QStringLiteral("close"));
  unset->setEnabled(row->layer == "overrides");
  QObject::connect(unset, &QPushButton::clicked, session, [session, key] { unset_override(session, key); });
  view->add_action(unset);
  // The highest file that holds the key takes the value over, in place, comments kept.
  std::string file;
  for (const auto& c : row->cells)
    if (layer_word(c.layer) == tr("files")) file = c.present || file.empty() ? c.layer : file;
  auto* write = button(tr("Write to file"), QStringLiteral("file-edit"));
  write->setEnabled(row->layer == "overrides" && !file.empty());
  write->setToolTip(tr("Write the value into %1 and unset the override").arg(q(file)));
  QObject::connect(write, &QPushButton::clicked, session, [session, key, file = q(file)] { write_to_file(session, key, file); });
  view->add_action(write);
  return view;
}

}  // namespace panels::config
