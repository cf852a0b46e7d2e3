import Image from 'next/image';

export default function Page() {
  return (
    <>
      <Image
        id="wide"
        src="/photos/harbour (1).jpg"
        width={1600}
        height={1200}
        sizes="100vw"
        style={{ display: 'block', width: '100%', height: 'auto' }}
        preload
        alt=""
      />
      <Image
        id="square"
        src="/photos/harbour (1).jpg"
        width={300}
        height={300}
        style={{ objectFit: 'cover' }}
        quality={50}
        alt=""
      />
      <p>Below the pictures</p>
    </>
  );
}
