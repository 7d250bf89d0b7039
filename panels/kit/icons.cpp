#include "panels/kit/icons.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>
#include <stdexcept>

#include "panels/kit/assets.h"

namespace panels::kit {
namespace {

const QByteArray& drawing(const QString& name) {
  static QHash<QString, QByteArray> cache;
  auto found = cache.constFind(name);
  if (found != cache.constEnd()) return *found;
  register_assets();
  QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
  if (!file.open(QIODevice::ReadOnly))
    throw std::invalid_argument("there is no icon \"" + name.toStdString() + "\" in resources/icons");
  return *cache.insert(name, file.readAll());
}

QPixmap render(const QString& name, const QColor& color, int size, qreal dpr) {
  const QString key = QStringLiteral("slipway-icon/%1/%2/%3/%4").arg(name).arg(color.rgba()).arg(size).arg(dpr);
  QPixmap pixmap;
  if (QPixmapCache::find(key, &pixmap)) return pixmap;
  QByteArray svg = drawing(name);
  svg.replace("currentColor", color.name(QColor::HexRgb).toLatin1());
  QSvgRenderer renderer(svg);
  pixmap = QPixmap(QSize(size, size) * dpr);
  pixmap.setDevicePixelRatio(dpr);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setOpacity(color.alphaF());
  renderer.render(&painter, QRectF(0, 0, size, size));
  painter.end();
  QPixmapCache::insert(key, pixmap);
  return pixmap;
}

class TokenIcon final : public QIconEngine {
 public:
  TokenIcon(QString name, Token token, Token on) : name_(std::move(name)), token_(token), on_(on) { drawing(name_); }
  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    const int size = std::min(rect.width(), rect.height());
    const QPixmap p = render(name_, tone(mode, state), size, painter->device()->devicePixelRatioF());
    painter->drawPixmap(rect.x() + (rect.width() - size) / 2, rect.y() + (rect.height() - size) / 2, p);
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    return render(name_, tone(mode, state), std::min(size.width(), size.height()), 1);
  }
  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override {
    const QSize logical = size / scale;
    return render(name_, tone(mode, state), std::min(logical.width(), logical.height()), scale);
  }
  QIconEngine* clone() const override { return new TokenIcon(*this); }

 private:
  QColor tone(QIcon::Mode mode, QIcon::State state) const {
    if (mode == QIcon::Disabled) return theme().tint(Token::Tx3, 0.6);
    return theme().color(state == QIcon::On ? on_ : token_);
  }
  QString name_;
  Token token_, on_;
};

}  // namespace

QIcon icon(const QString& name, Token token, Token on) { return QIcon(new TokenIcon(name, token, on)); }

QPixmap icon_pixmap(const QString& name, Token token, int size, qreal dpr) {
  return render(name, theme().color(token), size, dpr);
}

void paint_icon(QPainter& painter, const QString& name, const QColor& color, const QRectF& where) {
  const int size = int(std::min(where.width(), where.height()));
  painter.drawPixmap(QPointF(std::round(where.x()), std::round(where.y())),
                     render(name, color, size, painter.device()->devicePixelRatioF()));
}

QStringList icon_names() {
  register_assets();
  QStringList names = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")}, QDir::Files, QDir::Name);
  for (QString& n : names) n.chop(4);
  return names;
}

}  // namespace panels::kit
