// Short names to characters: the common ones, enough for a team channel.

const TABLE = `
thumbsup=👍 +1=👍 thumbsdown=👎 -1=👎 eyes=👀 white_check_mark=✅ heavy_check_mark=✔️ ballot_box_with_check=☑️ x=❌
negative_squared_cross_mark=❎ tada=🎉 rocket=🚀 fire=🔥 heart=❤️ blue_heart=💙 green_heart=💚 yellow_heart=💛
purple_heart=💜 raised_hands=🙌 clap=👏 pray=🙏 wave=👋 ok_hand=👌 muscle=💪 point_up=☝️ point_right=👉 point_left=👈
point_down=👇 raised_hand=✋ hand=✋ handshake=🤝 writing_hand=✍️
smile=😄 smiley=😃 grinning=😀 grin=😁 joy=😂 slightly_smiling_face=🙂 wink=😉 blush=😊 sunglasses=😎 thinking_face=🤔
neutral_face=😐 expressionless=😑 confused=😕 worried=😟 cry=😢 sob=😭 sweat_smile=😅 upside_down_face=🙃
star-struck=🤩 partying_face=🥳 exploding_head=🤯 scream=😱 angry=😠 sleeping=😴 nerd_face=🤓 robot_face=🤖 ghost=👻
shrug=🤷 facepalm=🤦 bow=🙇 saluting_face=🫡
warning=⚠️ no_entry=⛔ no_entry_sign=🚫 octagonal_sign=🛑 rotating_light=🚨 bangbang=‼️ exclamation=❗
heavy_exclamation_mark=❗ question=❓ grey_question=❔ information_source=ℹ️ bulb=💡 zap=⚡ boom=💥 sparkles=✨
star=⭐ star2=🌟 dizzy=💫 100=💯 trophy=🏆 medal=🏅 dart=🎯 checkered_flag=🏁 triangular_flag_on_post=🚩 pushpin=📌
round_pushpin=📍 paperclip=📎 link=🔗 lock=🔒 unlock=🔓 key=🔑 shield=🛡️ bell=🔔 no_bell=🔕 mute=🔇 loudspeaker=📢
mega=📣
hourglass=⌛ hourglass_flowing_sand=⏳ stopwatch=⏱️ timer_clock=⏲️ alarm_clock=⏰ clock1=🕐 clock3=🕒 clock9=🕘
calendar=📅 date=📅 spiral_calendar_pad=🗓️ memo=📝 pencil=📝 pencil2=✏️ clipboard=📋 page_facing_up=📄
page_with_curl=📃 books=📚 book=📖 bookmark=🔖 notebook=📓 ledger=📒 scroll=📜 newspaper=📰 package=📦 inbox_tray=📥
outbox_tray=📤 envelope=✉️ email=📧 speech_balloon=💬 thought_balloon=💭 left_speech_bubble=🗨️
card_index_dividers=🗂️ file_folder=📁 open_file_folder=📂 file_cabinet=🗄️ wastebasket=🗑️
chart_with_upwards_trend=📈 chart_with_downwards_trend=📉 bar_chart=📊 moneybag=💰 dollar=💵 credit_card=💳
receipt=🧾 abacus=🧮 scales=⚖️ balance_scale=⚖️ mag=🔍 mag_right=🔎 telescope=🔭 microscope=🔬 test_tube=🧪 wrench=🔧
hammer=🔨 hammer_and_wrench=🛠️ tools=🛠️ gear=⚙️ nut_and_bolt=🔩 toolbox=🧰 bricks=🧱 building_construction=🏗️
classical_building=🏛️ construction=🚧 electric_plug=🔌 battery=🔋 computer=💻 desktop_computer=🖥️ keyboard=⌨️
floppy_disk=💾 cd=💿 satellite_antenna=📡 globe_with_meridians=🌐 compass=🧭 world_map=🗺️ jigsaw=🧩 brain=🧠
busts_in_silhouette=👥 bust_in_silhouette=👤 technologist=🧑‍💻
snake=🐍 crab=🦀 hamster=🐹 coffee=☕ beetle=🐞 bug=🐛 ant=🐜 turtle=🐢 whale=🐳 elephant=🐘 octopus=🐙 unicorn_face=🦄
herb=🌿 seedling=🌱 evergreen_tree=🌲 sunny=☀️ cloud=☁️ umbrella=☔ snowflake=❄️ rainbow=🌈 ocean=🌊 palm_tree=🌴
pizza=🍕 beers=🍻 cake=🍰 apple=🍎 airplane=✈️ train=🚋 car=🚗 ship=🚢 anchor=⚓ house=🏠 office=🏢
arrow_up=⬆️ arrow_down=⬇️ arrow_right=➡️ arrow_left=⬅️ arrow_upper_right=↗️ arrows_counterclockwise=🔄 repeat=🔁
recycle=♻️ fast_forward=⏩ rewind=⏪ arrow_forward=▶️ double_vertical_bar=⏸️ black_square_for_stop=⏹️
heavy_plus_sign=➕ heavy_minus_sign=➖ one=1️⃣ two=2️⃣ three=3️⃣ four=4️⃣ five=5️⃣ six=6️⃣ seven=7️⃣ eight=8️⃣
nine=9️⃣ zero=0️⃣ large_green_circle=🟢 large_yellow_circle=🟡 large_orange_circle=🟠 red_circle=🔴
large_blue_circle=🔵 white_circle=⚪ black_circle=⚫ white_small_square=▫️ black_small_square=▪️
white_medium_square=◻️ white_large_square=⬜ black_large_square=⬛ small_blue_diamond=🔹 small_orange_diamond=🔸
large_green_square=🟩 large_yellow_square=🟨 large_red_square=🟥 small_red_triangle=🔺 new=🆕 ok=🆗 sos=🆘 zzz=💤
triangular_ruler=📐 straight_ruler=📏 card_file_box=🗃️ infinity=♾️ copyright=©️ tm=™️
`;

export const EMOJI = new Map(TABLE.trim().split(/\s+/).map((pair) => pair.split("=")));

/** What the reaction picker offers first. */
export const FREQUENT = ["thumbsup", "eyes", "white_check_mark", "tada", "heart", "rocket", "thinking_face", "pray", "x", "fire", "100", "raised_hands"];

const TONE = /::skin-tone-\d$/;

export const emojiChar = (name) => EMOJI.get(String(name).replace(TONE, "").replace(/^:|:$/g, "")) || null;

/** Up to `limit` names for a prefix, exact starts first. */
export function emojiMatches(prefix, limit = 8) {
  const needle = prefix.toLowerCase();
  const names = [...EMOJI.keys()];
  const starts = names.filter((n) => n.startsWith(needle));
  const inside = names.filter((n) => !n.startsWith(needle) && n.includes(needle));
  return [...starts, ...inside].slice(0, limit).map((name) => ({ name, char: EMOJI.get(name) }));
}
